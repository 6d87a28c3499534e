"""Word documents: own WordprocessingML, with the styles, captions and fields that editors know."""
