enum SimulatedVenuePlaceholder {}
