#!/usr/bin/env bash
# Judges several clouds or regions, one after the other, and shows them beside each other:
#
#   clouds.sh mycloud othercloud          # clouds of clouds.yaml; a region is one too, with its own region_name
#   clouds.sh region:north region:south   # regions of the cloud that OS_* describe
#
# OUT: the folder for a run of each and for matrix.html; PERSONAS: those that each cloud has, as NAME-PERSONA;
# ARGUMENTS: further options of `novaspec run`. It ends with the gravest exit code of all runs.

OUT=${OUT:-novaspec-results/clouds}
read -ra personas <<< "${PERSONAS:-}"
read -ra arguments <<< "${ARGUMENTS:-}"
if [[ $# -eq 0 ]]; then
    echo "usage: ${0##*/} CLOUD|region:REGION..." >&2
    exit 2
fi

codes=' '
runs=()
for name in "$@"; do
    run="$OUT/${name#region:}"
    echo "== $name"
    if [[ $name == region:* ]]; then
        OS_REGION_NAME=${name#region:} novaspec run --out "$run" "${arguments[@]}"
    else
        options=(--os-cloud "$name")
        for persona in "${personas[@]}"; do options+=(--persona "$persona=$name-$persona"); done
        novaspec run "${options[@]}" --out "$run" "${arguments[@]}"
    fi
    code=$?
    codes+="$code "
    # Stopped by the user: the others are not wanted either.
    if [[ $code -eq 130 ]]; then exit 130; fi
    # A run that could not begin has no report, and keeps no other from being shown.
    if [[ -e $run/report.json ]]; then runs+=("$run"); fi
done

if [[ ${#runs[@]} -gt 0 ]]; then
    novaspec matrix "${runs[@]}" --out "$OUT/matrix.html" || codes+="$? "
fi
for code in 70 2 3 1 4 5; do
    if [[ $codes == *" $code "* ]]; then exit "$code"; fi
done
