def decade: . / 10 | floor * 10;
.people | map(select(.born)) | group_by(.born | decade)
| map({decade: (.[0].born | decade), names: map(.name)}) | sort_by(.decade)
