"""What the reader asks: the sidebar, the address, the pills."""
