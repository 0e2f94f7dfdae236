-- What a sink has not acknowledged: all that was written since its place began, less what it acknowledged.
local function backlog(sink)
  local written = tonumber(redis.call('GET', p .. 'written') or '0')
  local begun = tonumber(redis.call('HGET', p .. 'begun', sink) or '0')
  return written - begun - tonumber(redis.call('HGET', p .. 'taken', sink) or '0')
end
