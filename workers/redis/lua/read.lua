-- ARGV: prefix, sink, now, seconds, limit -> {token, {id, record} ...} or nil. What was read and not acknowledged first.
local sink, now = ARGV[2], ARGV[3]
local due = redis.call('ZSCORE', p .. 'sinks', sink)
if not due or tonumber(due) > tonumber(now) then return nil end
local items, limit = {}, tonumber(ARGV[5])
local function add(from)
  local got = redis.call('XREADGROUP', 'GROUP', sink, 'wiredesk', 'COUNT', limit - #items, 'STREAMS', p .. 'outbox', from)
  for _, item in ipairs(got and got[1] and got[1][2] or {}) do items[#items + 1] = item end
end
add('0')
if #items < limit then add('>') end
if #items == 0 then return nil end
local token = next_token()
redis.call('ZADD', p .. 'sinks', tostring(tonumber(now) + tonumber(ARGV[4])), sink)
redis.call('HSET', p .. 'sinktoken', sink, token)
local said = {token}
for _, item in ipairs(items) do said[#said + 1] = {item[1], item[2] and item[2][2] or ''} end
return said
