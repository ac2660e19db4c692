"""What processes need from outside, and the one shape in which all business happens."""
