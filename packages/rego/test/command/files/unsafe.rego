package x
p if { y }

