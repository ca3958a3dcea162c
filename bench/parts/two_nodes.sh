# Measures of bench/load that only PostgreSQL has: two nodes on one database, and the transactions of cold accounts.

# Each node alone, then both at once. Uses the callers and tokens of the last warm_round of PostgreSQL.
two_nodes_round() {
    local node name file first second
    if (($(nproc) < 2)); then return; fi
    select_store postgres
    for node in 1 2; do
        configure "$at/node$node.toml" "$(cluster_url jeton)" "$(port_of "$node")"
        launch "$at/node$node.toml" "$(port_of "$node")" taskset -c "$(core_of "$node")"
    done
    for name in "token ES256" "introspect seen"; do
        file=$at/es256.forms
        if [[ $name == introspect* ]]; then file=$at/seen.forms; fi
        for node in 1 2; do rate_of "$node" "$name" "$file" 2 >/dev/null; done
        for node in 1 2; do figure "$name, node $node alone" "$(rate_of "$node" "$name" "$file" "$seconds")"; done
        rate_of 1 "$name" "$file" "$seconds" >"$data/rate1" &
        first=$!
        rate_of 2 "$name" "$file" "$seconds" >"$data/rate2" &
        second=$!
        wait "$first" "$second"
        figure "$name, both nodes" "$(($(cat "$data/rate1") + $(cat "$data/rate2")))"
    done
    stop
}

port_of() { echo $((port + 2 * $1)); }

# Without four cores, a node shares its core with its load generator.
core_of() { if (($(nproc) < 4)); then echo $(($1 - 1)); else echo $((2 * ($1 - 1))); fi; }
load_core_of() { if (($(nproc) < 4)); then echo $(($1 - 1)); else echo $((2 * ($1 - 1) + 1)); fi; }

# Requests per second. Arguments: node, name of the figure, file of forms, seconds.
rate_of() {
    local path=token
    if [[ $2 == introspect* ]]; then path=introspect; fi
    taskset -c "$(load_core_of "$1")" wrk -t1 -c64 -d"$4s" -s bench/wrk/load.lua \
        "http://127.0.0.1:$(port_of "$1")/oauth/v1/$path" -- "$3" | sed -n 's/^result \([0-9]*\) .*/\1/p'
}

compare_nodes() {
    say "two nodes on one database"
    awk -F '\t' "$median"'
        { split($1, part, ", "); value[part[1], part[2], $3] = $4; if ($3 > rounds) rounds = $3 }
        part[2] == "both nodes" { names[part[1]] }
        END {
            for (name in names) {
                n = 0
                for (r = 1; r <= rounds; r++) {
                    alone = value[name, "node 1 alone", r] + value[name, "node 2 alone", r]
                    if (alone > 0) all[name, ++n] = value[name, "both nodes", r] / alone
                }
                printf "%-44s %10.3f\n", name ", both / sum of each alone", median(all, name, n)
            }
        }' "$data/figures"
}

# A backend reports its transactions at the latest when it ends, so they are read after the server has stopped.
count_cold_transactions() {
    local before count
    round=1
    select_store postgres
    before=$(committed)
    launch "$at/jeton.toml" "$port" "${on_server[@]}"
    "$release/once" "$token" "$at/cold.forms" >/dev/null
    stop
    count=$(($(committed) - before))
    figure "transactions per cold account" "$(awk "BEGIN { printf \"%.3f\", $count / $cold }")"
}

committed() {
    for ((attempt = 0; attempt < 500; attempt++)); do
        [[ $(sql postgres "SELECT count(*) FROM pg_stat_activity WHERE datname = 'jeton'") != 0 ]] || break
        sleep 0.02
    done
    sql postgres "SELECT xact_commit FROM pg_stat_database WHERE datname = 'jeton'"
}
