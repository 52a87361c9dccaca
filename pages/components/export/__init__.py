"""What a page shows, taken away: its figure, its table, and both as a report that opens offline."""
