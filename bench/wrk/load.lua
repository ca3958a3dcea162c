-- Posts the lines of a file in turn, as forms. The first argument names the file; without it, sends a plain GET.
-- Prints one line: requests/s, p99 in ms, responses that were not 2xx or 3xx, and requests without a response.

local forms, last = {}, 0

function init(arguments)
  local file = arguments[1]
  if not file then return end
  local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
  for line in io.lines(file) do
    forms[#forms + 1] = wrk.format("POST", nil, headers, line)
  end
  request = function()
    last = last % #forms + 1
    return forms[last]
  end
end

function done(summary, latency)
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("result %.0f %.2f %d %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(99) / 1000, summary.errors.status, lost))
end
