"""Two films beside or over one another: aligned at a contact, stepped together, told what really changed."""
