#!/bin/sh
x=`date`
[ -n "$x" ]&&echo ok||echo "not ok"
foo() { :; }
foo|cat&
