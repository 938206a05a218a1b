package old

deny[msg] { input.x > 1; msg := sprintf("x is %v", [input.x]) }
