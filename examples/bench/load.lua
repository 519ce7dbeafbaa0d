-- Purpose: the alerts that wrk sends, each a new one: alerts of 200 services, in a webhook body for the bot or as the plain list
-- that Alertmanager takes. Arguments after `--`: bot or alertmanager, alerts per request, name of the run, key.

local services = 200
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(arguments)
  to_bot = arguments[1] == "bot"
  per = tonumber(arguments[2])
  name = arguments[3]
  count = 0
  headers = { ["Content-Type"] = "application/json" }
  if to_bot then
    headers["Authorization"] = "Bearer " .. arguments[4]
    path, before, after = "/intake/alertmanager", table.concat {
      '{"version":"4","groupKey":"{}:{}","truncatedAlerts":0,"status":"firing","receiver":"siaga","groupLabels":{},',
      '"commonLabels":{},"commonAnnotations":{},"externalURL":"http://alertmanager.example.com","alerts":[',
    }, "]}"
  else
    path, before, after = "/api/v2/alerts", "[", "]"
  end
end

-- Both get the same labels, annotations, start and source. A webhook says besides that the alert fires, that it has no end, and
-- Alertmanager's fingerprint.
local function alert(service, instance, fingerprint)
  return table.concat {
    to_bot and '{"status":"firing","endsAt":"0001-01-01T00:00:00Z","fingerprint":"' .. fingerprint .. '",' or "{",
    '"labels":{"alertname":"Slow","severity":"warning","service":"service-', service, '","instance":"', instance,
    '"},"annotations":{"summary":"service-', service, ' answers slowly"},"startsAt":"2026-08-14T09:00:00Z",',
    '"generatorURL":"http://prometheus.example.com/graph?g0.expr=slow"}',
  }
end

function request()
  local list = {}
  for at = 1, per do
    count = count + 1
    local fingerprint = string.format("%04x%012x", number, count)
    list[at] = alert(count % services, name .. "-" .. fingerprint, fingerprint)
  end
  return wrk.format("POST", path, headers, before .. table.concat(list, ",") .. after)
end

-- One line for the program that called.
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\nresult {"requests":%d,"us":%d,"refused":%d,"broken":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
