"""One measurement: build, compile, time, check. Everything here runs inside a measuring process."""
