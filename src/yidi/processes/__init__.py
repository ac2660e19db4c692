"""What happens, in the order of a case's life. Pure: facts and the clock come in, decisions go out."""
