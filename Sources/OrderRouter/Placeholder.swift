enum OrderRouterPlaceholder {}
