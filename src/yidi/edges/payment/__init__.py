"""Payment at the edge: what an institution's month has left to declare, read from the care place's facts."""
