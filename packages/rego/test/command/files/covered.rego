package p

import rego.v1

allow if input.x > 1

q contains y if some y in input.ys

test_ok if allow with input as {"x": 2}



f(x) := 1 if x == 1
else := 2 if {
  x == 3
}

g := {y | some y in input.ys; y > 1}

h if {
  not input.nope
  every z in [1, 2] {
    z > 0
  }
}

k := 5

test_more if {
  f(3) == 2
  h
  count(g) == 0 with input.ys as []
}
