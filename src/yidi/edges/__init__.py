"""Where the world begins: HTTP, storage, files, the terminal, the clock."""
