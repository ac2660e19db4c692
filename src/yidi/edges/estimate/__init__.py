"""What will I pay: plans read from words, and estimates put into words for the command and the page."""
