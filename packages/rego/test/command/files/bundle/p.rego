package pkg.sub

p := data.a.b.deep

f(x) := x + p

q contains name if some name, _ in data.a
