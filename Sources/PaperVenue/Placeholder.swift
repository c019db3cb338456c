enum PaperVenuePlaceholder {}
