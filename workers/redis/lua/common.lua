-- Shared by every ledger script. p is the key prefix; times are epoch seconds as strings.
local p = ARGV[1]

local function job_key(key) return p .. 'job:' .. key end

-- The job where this token still holds it, else nil.
local function held(key, token)
  local now_held = redis.call('HGET', job_key(key), 'token')
  if now_held and token ~= '0' and now_held == token then return job_key(key) end
  return nil
end

local function next_token() return tostring(redis.call('INCR', p .. 'token')) end

local function count(name, by) redis.call('HINCRBY', p .. 'counts', name, by or 1) end

-- A number as a score that loses nothing.
local function score(x) return string.format('%.17g', x) end

-- Whether one worker at a time asks this host. spacing: JSON of {usual, by_host}; see pipeline.ledger.Spacing.
local function spaced(host, spacing)
  if host == '' then return false end
  local s = cjson.decode(spacing)
  return (s.by_host[host] or s.by_host[string.match(host, '^(.*):%d+$') or ''] or s.usual) > 0
end

-- Pages and feeds wait by host, and hosts by when they may be asked: not while held or resting, and for pages and feeds
-- each not before the first is due. Who had the last turn at a spaced host lets the other go first for TURN seconds, so
-- that neither starves. A host without any is forgotten, but for its rest.
local LINES = {hosts = 'host:', feedhosts = 'feeds:'}
local OTHER = {hosts = 'feeds:', feedhosts = 'host:'}
local LAST = {hosts = 'paged', feedhosts = 'fed'}
local TURN = 2

local function order_host(host)
  local free = math.max(tonumber(redis.call('ZSCORE', p .. 'hostfree', host) or 0),
    tonumber(redis.call('ZSCORE', p .. 'hostheld', host) or 0))
  for queue, line in pairs(LINES) do
    local first = redis.call('ZRANGE', p .. line .. host, 0, 0, 'WITHSCORES')[2]
    if not first then
      redis.call('ZREM', p .. queue, host)
    else
      local at = free > tonumber(first) and score(free) or first
      if redis.call('ZSCORE', p .. LAST[queue], host) then
        local other = redis.call('ZRANGE', p .. OTHER[queue] .. host, 0, 0, 'WITHSCORES')[2]
        if other and tonumber(other) <= tonumber(at) then at = score(tonumber(at) + TURN) end
      end
      redis.call('ZADD', p .. queue, at, host)
    end
  end
end

-- Hold a host that wants spacing for a turn of this queue; the token, '0' where any number may ask it at once.
local function hold_host(host, queue, now, seconds, spacing)
  local token = '0'
  if spaced(host, spacing) then
    token = next_token()
    redis.call('HSET', p .. 'hosttoken', host, token)
    redis.call('ZADD', p .. 'hostheld', score(tonumber(now) + seconds), host)
    for _, last in pairs(LAST) do redis.call('ZREM', p .. last, host) end
    redis.call('ZADD', p .. LAST[queue], now, host)
  end
  -- rests and turns long past order no queue any more
  local past = score(tonumber(now) - 3600)
  for _, old in ipairs({'hostfree', 'hostheld', 'fed', 'paged'}) do
    redis.call('ZREMRANGEBYSCORE', p .. old, '-inf', past)
  end
  order_host(host)
  return token
end

-- Nothing of the host is asked for before `allowed`; whoever holds it by this token holds it no more.
local function release_host(host, token, allowed)
  if tonumber(allowed) > tonumber(redis.call('ZSCORE', p .. 'hostfree', host) or 0) then
    redis.call('ZADD', p .. 'hostfree', allowed, host)
  end
  if token ~= '0' and redis.call('HGET', p .. 'hosttoken', host) == token then
    redis.call('HDEL', p .. 'hosttoken', host)
    redis.call('ZREM', p .. 'hostheld', host)
  end
  order_host(host)
end

local function make_due(key, stage, host, due)
  if stage == 'fetch' then
    redis.call('ZADD', p .. 'host:' .. host, due, key)
    order_host(host)
  else
    redis.call('ZADD', p .. 'due', due, key)
  end
end

local function not_due(key, host)
  redis.call('ZREM', p .. 'due', key)
  if host and host ~= '' then redis.call('ZREM', p .. 'host:' .. host, key) end
end

local function quarantine(key, stage, host, now)
  local job = job_key(key)
  local why = redis.call('HGET', job, 'error')
  redis.call('HSET', job, 'stage', 'quarantine', 'token', '0', 'from', stage, 'outcome', 'quarantined', 'ended', now,
    'reason', why or 'the worker died while working on it')
  redis.call('PERSIST', job)
  not_due(key, host)
  redis.call('ZADD', p .. 'quarantine', now, key)
  redis.call('RPUSH', p .. 'aside', key)
  count('outcome.quarantined')
end

-- Lease from a due set: fresh stories up to the limit; one that failed before only alone; past the cap never.
local function take(zset, stage, now, seconds, limit, cap)
  local taken = {}
  local due = redis.call('ZRANGEBYSCORE', zset, '-inf', now, 'LIMIT', 0, limit * 2 + 20)
  for _, key in ipairs(due) do
    local job = job_key(key)
    local f = redis.call('HMGET', job, 'attempts', 'host', 'admitted', 'entry')
    if not f[4] then
      redis.call('ZREM', zset, key)
    else
      local attempts = tonumber(f[1]) or 0
      if attempts >= cap then
        quarantine(key, stage, f[2], now)
      elseif attempts == 0 or #taken == 0 then
        local token = next_token()
        redis.call('HSET', job, 'token', token)
        redis.call('ZADD', zset, tostring(tonumber(now) + seconds), key)
        taken[#taken + 1] = {key, token, tostring(attempts), f[2] or '', f[3] or '0', f[4]}
        if attempts > 0 or #taken == limit then break end
      end
    end
  end
  return taken
end
