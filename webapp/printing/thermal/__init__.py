"""The same documents as the bytes of printers that are no PDF printers: rolls and labels."""
