enum TapRelayPlaceholder {}
