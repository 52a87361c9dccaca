"""What stands beside and below a picture, in words and tables."""
