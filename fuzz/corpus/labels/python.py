{0: 'oak', 1: "red 'maple'", 2: 'as\'h',}
