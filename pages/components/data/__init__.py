"""The parts of the page Data: what comes out, what goes in, what ships or was published, SQL."""
