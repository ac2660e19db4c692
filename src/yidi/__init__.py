"""yidi 异地: settles medical bills of people treated away from home, at the hospital counter."""

__version__ = "0.1.0"
