enum RiskGatePlaceholder {}
