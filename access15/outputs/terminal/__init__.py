"""What the terminal says: lines and tables, by what was asked."""
