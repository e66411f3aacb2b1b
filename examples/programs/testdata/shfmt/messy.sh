#!/bin/bash
if [ "$1" = "x" ];then
echo  "yes" ;else echo no
fi
for i in $(seq 1 10);do
  case $i in
  1|2) echo low;;
      *) echo "other $i" ;;
  esac
done
function f()  { local a=( 1 2  3 ); cat <<EOF
  keep   this
EOF
}
while read -r line;do echo "$line"|tr a-z A-Z>>out.txt 2>&1;done<in.txt
