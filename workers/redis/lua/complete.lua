-- ARGV: prefix, key, token, now, retention, control (JSON), probes, insert flag, insert blob,
--       seconds to keep texts, text, number of changed, (number, blob) ..., then records as (type, JSON) ...
-- -> 'done' | 'stale' (the lease is lost) | what a look-up finds, where the relation was computed from anything else.
local key, now, retention = ARGV[2], ARGV[4], tonumber(ARGV[5])
local job = held(key, ARGV[3])
if not job then return 'stale' end
local c = cjson.decode(ARGV[6])

if c.related then
  local considered = {}
  for _, pair in ipairs(c.considered) do considered[pair[1]] = pair[2] end
  local found = index_insert(p, ARGV[7], c.posts, ARGV[8] == '1' and ARGV[9], c.least, considered)
  if type(found) == 'table' then return found end
end
local at = 13
for _ = 1, tonumber(ARGV[12]) do
  index_update(p, tonumber(ARGV[at]), ARGV[at + 1])
  at = at + 2
end
for i = at, #ARGV, 2 do
  redis.call('XADD', p .. 'outbox', '*', 'r', ARGV[i + 1])
  redis.call('INCR', p .. 'written')
  count('event.' .. ARGV[i])
end

-- the record that tells the story is kept to classify it again, unless a later version is; none of a withdrawn one
local keep = tonumber(ARGV[10])
local function later(uri, version)
  return tonumber(redis.call('HGET', p .. 'text:' .. uri, 'version') or '0') > version
end
if c.told[1] and not later(c.told[1], c.told[2]) then
  local text = p .. 'text:' .. c.told[1]
  redis.call('DEL', text)
  redis.call('HSET', text, 'version', c.told[2], 'turn', '0', 'record', ARGV[11])
  redis.call('EXPIRE', text, keep)
  redis.call('ZADD', p .. 'texts', now, c.told[1])
end
for _, gone in ipairs(c.withdrawn) do
  if not later(gone[1], gone[2]) then
    redis.call('DEL', p .. 'text:' .. gone[1])
    redis.call('ZREM', p .. 'texts', gone[1])
  end
end
redis.call('ZREMRANGEBYSCORE', p .. 'texts', '-inf', tostring(tonumber(now) - keep))

count('outcome.' .. c.outcome)
for _, theme in ipairs(c.themes) do count('theme.' .. theme) end
local set = {'stage', 'done', 'token', '0', 'outcome', c.outcome, 'reason', c.reason, 'ended', now}
for name, value in pairs(c.facts) do
  set[#set + 1] = name
  set[#set + 1] = value
end
redis.call('HSET', job, unpack(set))
redis.call('HDEL', job, 'page', 'entry')
redis.call('ZREM', p .. 'due', key)
local host = redis.call('HGET', job, 'host')
if host ~= '' then redis.call('ZREM', p .. 'host:' .. host, key) end
redis.call('EXPIRE', job, retention)
redis.call('HSET', p .. 'progress', 'ending', now)
return 'done'
