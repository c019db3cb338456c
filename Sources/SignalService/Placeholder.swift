enum SignalServicePlaceholder {}
