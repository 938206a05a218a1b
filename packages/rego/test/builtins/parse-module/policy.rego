# METADATA
# title: t
package foo.bar["x y"]

import rego.v1
import data.a.b as c
import input.q

# a comment
default p := 1

p := x if { # trailing
  a = true
  some x, y in [1, "s", 2.50, null]
  not q[x].z
  every k, v in {"a": {1}} { k == v }
  x > 1 with input.foo as 1 with data.a as [2]
  z := [i | i := x[_]; i > 0]
  w := {k2: v2 | v2 := x[k2]}
  s := {1 | true}
  count(z) + 1 == 3
}

q contains m if m := "x"
q2[k] := v if { v := 1; k := 2 }
f(a, [b, _]) := a if { a == 1 } else := 2 if { b } else := 3
r.s.t := true
r[x].u contains 1 if some x in [1]
f2(x) if x
p2 if { every x in [1] { x } }
s2 := {3, 1, "a", [1], x, 2} if { x := 1 }
o := {"b": 1, "a": {}, 1: set()}
t2 := $"a{p2}b"
u := [] 
z := p.q[_][1].r(2)
ab.b[c].d := 1 if c := 1
v2 := $`x
{p2}y`
h(x) := y if {
  some k
  y := {"k": k, x: {input.a[k], 2}}
  not not_it(x) with f as h2
  1.5e3 != -2
}
