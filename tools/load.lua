-- wrk plays the requests of the file that MIX names (lines of method, path and body, parted by tabs), each connection in an order of its own.
local requests = {}
local seed = 0

function setup(thread)
  seed = seed + 1
  thread:set("seed", seed)
end

function init()
  math.randomseed(seed)
  for line in io.lines(os.getenv("MIX")) do
    local method, path, body = line:match("^(%S+)\t(%S+)\t(.*)$")
    local headers = { ["Accept-Encoding"] = "gzip" }
    if #body > 0 then headers["Content-Type"] = "application/json" end
    requests[#requests + 1] = wrk.format(method, path, headers, #body > 0 and body or nil)
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("result\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%d\t%d\n", summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.bytes / summary.duration,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
