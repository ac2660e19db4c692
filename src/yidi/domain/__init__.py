"""What is true: pure, standard library and msgspec Structs only."""
