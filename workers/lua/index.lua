-- The index of known stories: near-duplicate posts and exact keys to story numbers, and what is stored of each.
-- Local functions for other scripts to begin with. p: key prefix; posts: big-endian unsigned 32-bit numbers;
-- keys: array of strings. A stored blob begins with the number of the head of its cluster (0: itself).

local function index_blob(p, number)
  local at = p .. 'known:' .. number
  local found = redis.call('HMGET', at, 'r', 'b')
  return tonumber(found[1]), found[2]
end

local function index_lookup(p, posts, keys, minvotes)
  local votes, wanted, out = {}, {}, {}
  for i = 1, #posts, 4 do
    for _, n in ipairs(redis.call('LRANGE', p .. 'post:' .. struct.unpack('>I4', posts, i), 0, 7)) do
      votes[n] = (votes[n] or 0) + 1
      if votes[n] == minvotes then wanted[#wanted + 1] = n end
    end
  end
  for _, key in ipairs(keys) do
    for _, n in ipairs(redis.call('LRANGE', p .. 'akey:' .. key, 0, 7)) do wanted[#wanted + 1] = n end
  end
  local seen = {}
  local i = 1
  while i <= #wanted do
    local n = wanted[i]
    if not seen[n] then
      seen[n] = true
      local revision, blob = index_blob(p, n)
      if blob then
        out[#out + 1] = {tonumber(n), revision, votes[n] or 0, blob}
        local head = struct.unpack('>I4', blob)
        if head > 0 then wanted[#wanted + 1] = string.format('%d', head) end
      end
    end
    i = i + 1
  end
  return out
end

local function index_insert(p, posts, keys, blob, now, retention)
  local n = redis.call('INCR', p .. 'known')
  redis.call('HSET', p .. 'known:' .. n, 'r', 1, 'b', blob)
  redis.call('EXPIRE', p .. 'known:' .. n, retention)
  for i = 1, #posts, 4 do
    local at = p .. 'post:' .. struct.unpack('>I4', posts, i)
    redis.call('RPUSH', at, n)
    redis.call('EXPIRE', at, retention)
  end
  for _, key in ipairs(keys) do
    redis.call('RPUSH', p .. 'akey:' .. key, n)
    redis.call('EXPIRE', p .. 'akey:' .. key, retention)
  end
  return n
end

local function index_update(p, number, blob)
  local at = p .. 'known:' .. string.format('%d', number)
  if redis.call('EXISTS', at) == 1 then
    redis.call('HSET', at, 'b', blob)
    redis.call('HINCRBY', at, 'r', 1)
  end
end
