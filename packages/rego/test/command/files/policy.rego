package p

import rego.v1

allow if input.x > 1

q contains y if some y in input.ys

test_ok if allow with input as {"x": 2}

test_bad if allow with input as {"x": 0}

todo_test_x if true
