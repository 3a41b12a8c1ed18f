"""Sharing by link: what people author, shown to whoever holds an address."""
