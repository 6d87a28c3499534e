"""RTF that Word and LibreOffice open alike: page by page, every character as it is."""
