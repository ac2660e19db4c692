"""Network 定点: designated institutions, the services they are open for, sign-in, files, item mapping."""
