enum InterlockPlaceholder {}
