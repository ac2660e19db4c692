-- Sends each request of a file once: a count, then for each its length and its raw bytes.
-- wrk reads only globals of a thread, so what is counted stays global.
good, bad, example = 0, 0, ""
local requests, place, threads = {}, 0, {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for n = 1, tonumber(file:read("*l")) do
    requests[n] = file:read(tonumber(file:read("*l")))
  end
  file:close()
end

function request()
  place = place + 1
  if place > #requests then
    wrk.thread:stop() -- all were sent: what goes out now is a repetition and gets the stored answer
    place = #requests
  end
  return requests[place]
end

function response(status, headers, body)
  if string.find(body, '"infcode":0', 1, true) or string.find(body, '"infcode":"0"', 1, true) then
    good = good + 1
  else
    bad = bad + 1
    if example == "" then example = status .. " " .. string.sub(body, 1, 400) end
  end
end

function done(summary, latency, _)
  local all_good, all_bad, seen = 0, 0, ""
  for _, thread in ipairs(threads) do
    all_good, all_bad = all_good + thread:get("good"), all_bad + thread:get("bad")
    seen = thread:get("example")
  end
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("\nYIDI seconds %.6f\nYIDI good %d\nYIDI bad %d\n", summary.duration / 1e6, all_good, all_bad + lost))
  for _, share in ipairs({50, 90, 99, 99.9, 100}) do
    io.write(string.format("YIDI p%g %.3f\n", share, latency:percentile(math.min(share, 99.999)) / 1000))
  end
  io.write("YIDI example " .. string.gsub(seen, "%s", " ") .. "\n")
end
