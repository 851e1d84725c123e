"""The steps, one module each: from an item to what is to be stored about it."""
