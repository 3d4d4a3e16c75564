"""Every sentence that people read, by what it is about. Functions from values to cards; nothing is looked up here."""
