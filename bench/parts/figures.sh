# Measures with wrk and collects figures for bench/load, which sets `data`, `release`, `round`, `rounds` and the options.

# Arguments: URL, and a file of forms.
warm_up() {
    "${on_load[@]}" wrk -t1 -c64 -d2s -s bench/wrk/load.lua "$1" -- "${@:2}" >/dev/null
}

# Arguments: name of the figure, URL, file of forms.
measure() {
    local cpu_before cpu_after result rate p99 refused lost
    cpu_before=$(cpu)
    result=$("${on_load[@]}" wrk -t1 -c64 -d"${seconds}s" -s bench/wrk/load.lua "$2" -- "${@:3}" | sed -n 's/^result //p')
    cpu_after=$(cpu)
    read -r rate p99 refused lost <<<"$result"
    figure "$1" "$rate" "$p99" "$refused" "$lost" \
        "$(awk "BEGIN { printf \"%.1f\", ($cpu_after - $cpu_before) * 10000 / ($rate * $seconds + 1) }")"
}

# The same as measure, but sends each form once.
measure_once() {
    local cpu_before cpu_after rate p99 refused
    cpu_before=$(cpu)
    read -r rate p99 refused < <("${on_load[@]}" "$release/once" "$2" "$3")
    cpu_after=$(cpu)
    figure "$1" "$rate" "$p99" "$refused" 0 \
        "$(awk "BEGIN { printf \"%.1f\", ($cpu_after - $cpu_before) * 10000 / $(wc -l <"$3") }")"
}

# The server's CPU time so far, in hundredths of a second.
cpu() {
    sed 's/.*) //' "/proc/$server/stat" | awk '{ print $12 + $13 }'
}

memory() {
    figure "$1, MiB" "$(awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$server/status")"
}

figure() {
    local IFS=$'\t'
    printf '%s\n' "$1"$'\t'"$accounts"$'\t'"$round"$'\t'"${*:2}" | tee -a "$data/figures" >&2
}

summarize() {
    say "medians of $rounds rounds with $accounts accounts, $(date -u +%F), $cores"
    awk -F '\t' "$median"'
        !($1 in count) { order[++names] = $1 }
        {
            n = ++count[$1]
            rate[$1, n] = $4; p99[$1, n] = $5; cpu[$1, n] = $8; wide[$1] = NF > 4; round[$1, n] = $3
            if ($1 ~ /^healthz/) reference[$1, $3] = $4
        }
        END {
            # The stores take turns in being first, so the reference of a figure may come after it.
            for (i = 1; i <= names; i++) for (n = 1; n <= count[order[i]]; n++) {
                key = order[i]; of = reference[key ~ /, postgres$/ ? "healthz, postgres" : "healthz", round[key, n]]
                if (of) ratio[key, n] = rate[key, n] / of
            }
            printf "%-44s %10s %8s %10s %14s\n", "", "rate/s", "ratio", "p99 ms", "CPU us/request"
            for (i = 1; i <= names; i++) {
                key = order[i]; n = count[key]
                if (wide[key]) printf "%-44s %10.0f %8.2f %10.2f %14.1f\n", key, median(rate, key, n),
                    median(ratio, key, n), median(p99, key, n), median(cpu, key, n)
                else printf "%-44s %10.1f\n", key, median(rate, key, n)
            }
            if ("peer token ES256" in count) printf "%-44s %10.1f\n", "token ES256 / peer",
                median(rate, "token ES256", count["token ES256"]) / median(rate, "peer token ES256", count["peer token ES256"])
        }' "$data/figures"
}

# Each figure of PostgreSQL divided by that of SQLite in the same round.
compare_stores() {
    say "PostgreSQL / SQLite in the same round"
    awk -F '\t' "$median"'
        { value[$1, $3] = $4; if (!($1 in seen)) { seen[$1]; order[++names] = $1 } if ($3 > rounds) rounds = $3 }
        END {
            printf "%-44s %10s %10s %10s\n", "", "median", "lowest", "highest"
            for (i = 1; i <= names; i++) {
                name = order[i]; key = name; n = 0; low = high = ""
                if (!sub(/, postgres/, "", key) || !(key in seen)) continue
                for (r = 1; r <= rounds; r++) if (value[key, r] > 0 && (name, r) in value) {
                    one = value[name, r] / value[key, r]; all[name, ++n] = one
                    if (low == "" || one < low) low = one
                    if (high == "" || one > high) high = one
                }
                if (n) printf "%-44s %10.3f %10.3f %10.3f\n", key, median(all, name, n), low, high
            }
        }' "$data/figures"
}

say() { printf '== %s\n' "$*" >&2; }

median='function median(values, key, n,    sorted, i, j, t) {
    for (i = 1; i <= n; i++) sorted[i] = values[key, i] + 0
    for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++)
        if (sorted[j] < sorted[i]) { t = sorted[i]; sorted[i] = sorted[j]; sorted[j] = t }
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}'
