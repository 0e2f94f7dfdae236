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

-- A host is asked again no sooner than `allowed` and no sooner than its first story is due; forgotten when it has none.
local function rest_host(host, allowed)
  local first = redis.call('ZRANGE', p .. 'host:' .. host, 0, 0, 'WITHSCORES')
  redis.call('HDEL', p .. 'hosttoken', host)
  if first[2] then
    redis.call('ZADD', p .. 'hosts', tostring(math.max(tonumber(allowed), tonumber(first[2]))), host)
  else
    redis.call('ZREM', p .. 'hosts', host)
  end
end

local function make_due(key, stage, host, due)
  if stage == 'fetch' then
    redis.call('ZADD', p .. 'host:' .. host, due, key)
    redis.call('ZADD', p .. 'hosts', 'NX', due, host)
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
