# Starts and stops `jeton serve` for the load scripts. They set `data` (their folder) and `release` (the programs).

# All servers and the cluster that run now. `server` is the last one.
servers=() server='' cluster_socket='' cluster_programs=''

# Writes a configuration. Arguments: file, URL of the database, port of the public listener.
configure() {
    cat >"$1" <<TOML
region = "us"
[[regions]]
name = "us"
issuer = "http://127.0.0.1:$port"
[listen]
public = "127.0.0.1:$3"
operations = "127.0.0.1:$(($3 + 1))"
[database]
url = "$2"
[keys]
master_key_file = "$data/master.key"
[shutdown]
lame_duck = "0s"
drain = "2s"
TOML
}

# Starts a server, waits until it is ready, and sets `ready_after` to the time in ms. Arguments: configuration, port of the
# public listener, and what runs the program, for example `taskset -c 0`.
launch() {
    local began
    began=$(date +%s%N)
    "${@:3}" "${server_folder:-$release}/jeton" serve --config "$1" 2>>"$data/log" &
    server=$!
    servers+=("$server")
    for ((attempt = 0; attempt < 3000; attempt++)); do
        if curl --silent --fail --output /dev/null "http://127.0.0.1:$(($2 + 1))/readyz"; then
            ready_after=$((($(date +%s%N) - began) / 1000000))
            return
        fi
        kill -0 "$server" 2>/dev/null || { tail -n 20 "$data/log" >&2; exit 1; }
        sleep 0.01
    done
    echo "the server was not ready after 30 s" >&2
    exit 1
}

# Stops all servers.
stop() {
    local each
    for each in "${servers[@]}"; do kill "$each" 2>/dev/null || true; done
    for each in "${servers[@]}"; do wait "$each" 2>/dev/null || true; done
    servers=() server=''
}

# Starts a throw-away PostgreSQL. It ends with this script, also when the script is killed.
start_cluster() {
    coproc CLUSTER { exec "$release/cluster" 2>&1; }
    cluster_process=$CLUSTER_PID
    IFS=$'\t' read -r cluster_socket cluster_programs <&"${CLUSTER[0]}" || true
    [[ -n $cluster_programs ]] || { echo "$cluster_socket" >&2; exit 1; }
}

# Stops it, and returns when its files are deleted.
stop_cluster() {
    [[ -n $cluster_socket ]] || return 0
    eval "exec ${CLUSTER[1]}>&-"
    wait "$cluster_process" 2>/dev/null || true
    cluster_socket=''
}

# Executes SQL. Arguments: database, SQL.
sql() {
    "$cluster_programs/psql" -XAtq -v ON_ERROR_STOP=1 -h "$cluster_socket" -U jeton -d "$1" -c "$2"
}

# The URL of a database of the cluster.
cluster_url() {
    printf 'postgres://jeton@%s/%s' "${cluster_socket//\//%2F}" "$1"
}
