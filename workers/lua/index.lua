-- The index of known stories: near-duplicate posts and exact keys to story numbers, and what is stored of each.
-- Local functions for other scripts to begin with. p: key prefix; posts: big-endian unsigned 32-bit numbers;
-- keys: array of strings that end in eight hexadecimal digits. A stored blob begins with the number of the head of its
-- cluster (0: itself). INDEX_FIRST and INDEX_MOST (powers of two, pages) are set by workers/index.py.
--
-- p .. 'index'         counters: n (last number), placed (slots, ever), low (first that may be alive), first, and the
--                      size of the table: half (pages, a power of two), step (0 to 3) and at (the page to grow next)
-- p .. 'index:t<page>' a page of the table: 204 buckets of 16 to 28 slots; a slot is a number and a tag, five bytes
-- p .. 'index:b<n>'    what is stored of 32 stories, each with its revision; expires as a whole, which frees it
--
-- The table grows one page at a time (linear hashing with partial expansions, Larson 1980): page by page the buckets get
-- 20, 24 and 28 slots, and then each page becomes two of 16. So memory follows what is stored, and no page is ever much
-- fuller than another. page = hash mod pages; the tag keeps the bits that splits need and eight more or so to tell
-- hashes apart. A full bucket overwrites its oldest post, a key only if it holds nothing but keys.
--
-- 204 buckets make a page the size of the allocator's classes of 16, 20, 24 and 28 kB. Smaller pages are more keys,
-- which a look-up then has to find in cold memory; larger ones make a split too long a pause.
local BUCKETS, SLOTS, GROW, CHUNK, WINDOW = 204, 16, 4, 32, 8388608
local FULL, SAME, MOST = 0.70, 4, 16
local EMPTY = string.rep('\0', 5)
local floor, find, byte, char, call = math.floor, string.find, string.byte, string.char, redis.call

local function index_meta(p)
  local found = call('HMGET', p .. 'index', 'n', 'placed', 'low', 'first', 'half', 'step', 'at')
  local m = {n = tonumber(found[1]) or 0, placed = tonumber(found[2]) or 0, low = tonumber(found[3]) or 1}
  m.first = tonumber(found[4]) or INDEX_FIRST
  m.shift = 2 ^ m.first
  m.half, m.step, m.at = tonumber(found[5]) or m.shift, tonumber(found[6]) or 0, tonumber(found[7]) or 0
  return m
end

-- where a hash lives: the page's key, the bucket's offset in it, its width in bytes, and the tag
local function index_where(p, m, h)
  local page, slots = h % m.half, SLOTS + GROW * m.step
  if page < m.at then
    if m.step < 3 then
      slots = slots + GROW
    else
      page, slots = h % (m.half * 2), SLOTS
    end
  end
  local tag = floor(h / m.shift) % 65536
  local width = slots * 5
  return p .. 'index:t' .. page, floor(h / 1048576) % BUCKETS * width, width, char(floor(tag / 256), tag % 256)
end

-- the number that a slot's 23 bits stand for: the youngest that ends in them
local function index_number(m, short)
  return m.n - (m.n - short) % WINDOW
end

local function index_blob(p, number)
  local i = number - 1
  local at = p .. 'index:b' .. floor(i / CHUNK)
  local row = call('LINDEX', at, i % CHUNK)
  if not row or #row < 3 then return nil, nil, at, i % CHUNK end
  return struct.unpack('>I2', row), string.sub(row, 3), at, i % CHUNK
end

local function index_count(p, m, h, key, found)
  local at, offset, width, tag = index_where(p, m, h)
  local bucket = call('GETRANGE', at, offset, offset + width - 1)
  local i = find(bucket, tag, 4, true)
  while i do
    if i % 5 == 4 then
      local a, b, c = byte(bucket, i - 3, i - 1)
      if (a >= 128) == key then
        local short = (a % 128) * 65536 + b * 256 + c
        if short > 0 then found(index_number(m, short)) end
      end
    end
    i = find(bucket, tag, i + 1, true)
  end
end

local function index_lookup(p, posts, keys, minvotes)
  local m = index_meta(p)
  local votes, voted, named, out, seen = {}, {}, {}, {}, {}
  for i = 1, #posts, 4 do
    index_count(p, m, struct.unpack('>I4', posts, i), false, function(n)
      if not votes[n] then voted[#voted + 1] = n end
      votes[n] = (votes[n] or 0) + 1
    end)
  end
  for _, key in ipairs(keys) do
    index_count(p, m, tonumber(string.sub(key, -8), 16), true, function(n) named[#named + 1] = n end)
  end
  table.sort(voted, function(a, b)
    if votes[a] ~= votes[b] then return votes[a] > votes[b] end
    return a < b
  end)
  local wanted = {}
  for i = 1, math.min(#voted, MOST) do
    if votes[voted[i]] >= minvotes then wanted[#wanted + 1] = voted[i] end
  end
  for _, n in ipairs(named) do wanted[#wanted + 1] = n end
  local i = 1
  while i <= #wanted do
    local n = wanted[i]
    if not seen[n] and n >= m.low then
      seen[n] = true
      local revision, blob = index_blob(p, n)
      if blob then
        out[#out + 1] = {n, revision, votes[n] or 0, blob}
        local head = struct.unpack('>I4', blob)
        if head > 0 then wanted[#wanted + 1] = head end
      end
    end
    i = i + 1
  end
  return out
end

-- the next page gets larger buckets, or becomes two: slots whose next bit is set move to the new one. Forgotten stories
-- are dropped
local function index_grow(p, m)
  local from = p .. 'index:t' .. m.at
  local page = call('GET', from)
  if page then
    local slots = SLOTS + GROW * m.step
    local split, bit, wide = m.step == 3, m.half / m.shift, (slots + GROW) * 5
    if split then wide = SLOTS * 5 end
    local stay, go = {}, {}
    for bucket = 0, BUCKETS - 1 do
      local a, b = {}, {}
      for i = bucket * slots * 5 + 1, (bucket + 1) * slots * 5, 5 do
        local x, y, z, hi, lo = byte(page, i, i + 4)
        local short = (x % 128) * 65536 + y * 256 + z
        if short > 0 and index_number(m, short) >= m.low then
          local to = split and floor((hi * 256 + lo) / bit) % 2 == 1 and b or a
          if #to * 5 < wide then to[#to + 1] = string.sub(page, i, i + 4) end
        end
      end
      stay[#stay + 1] = table.concat(a) .. string.rep('\0', wide - 5 * #a)
      if split then go[#go + 1] = table.concat(b) .. string.rep('\0', wide - 5 * #b) end
    end
    call('SET', from, table.concat(stay))
    if split then call('SET', p .. 'index:t' .. (m.at + m.half), table.concat(go)) end
  end
  m.at = m.at + 1
  if m.at == m.half then
    m.at, m.step = 0, m.step + 1
    if m.step == 4 then m.half, m.step = m.half * 2, 0 end
  end
end

-- the slot to overwrite in a bucket that is full or has the tag already; nil: none
local function index_victim(m, bucket, tag, key)
  local bytes, hi, lo = {byte(bucket, 1, -1)}, byte(tag, 1, 2)
  local dead, post, name, twin, twins = nil, nil, nil, nil, 0
  local post_age, name_age, twin_age = -1, -1, -1
  for i = 1, #bucket, 5 do
    local iskey = bytes[i] >= 128
    local short = (bytes[i] % 128) * 65536 + bytes[i + 1] * 256 + bytes[i + 2]
    local age = (m.n - short) % WINDOW
    if short == 0 or m.n - age < m.low then
      dead = dead or i
    else
      if iskey == key and bytes[i + 3] == hi and bytes[i + 4] == lo then
        twins = twins + 1
        if age > twin_age then twin, twin_age = i, age end
      end
      if iskey then
        if age > name_age then name, name_age = i, age end
      elseif age > post_age then
        post, post_age = i, age
      end
    end
  end
  -- the first stories to carry a phrase keep it; of a name, the last ones
  if twins >= SAME then return key and twin or nil end
  return dead or post or (key and name) or nil
end

local function index_place(p, m, h, key)
  local at, offset, width, tag = index_where(p, m, h)
  local bucket = call('GETRANGE', at, offset, offset + width - 1)
  if #bucket < width then
    call('SET', at, string.rep('\0', BUCKETS * width))
    bucket = string.rep('\0', width)
  end
  -- slots fill from the front, so the first five empty bytes are a free slot, or end the one before it
  local slot = find(bucket, EMPTY, 1, true)
  if slot then slot = math.ceil((slot - 1) / 5) * 5 + 1 end
  if not slot or slot > width or find(bucket, tag, 4, true) then
    slot = index_victim(m, bucket, tag, key)
    if not slot then return end
  end
  m.placed = m.placed + 1
  call('SETRANGE', at, offset + slot - 1, (key and m.name or m.post) .. tag)
end

local function index_insert(p, posts, keys, blob, _, retention)
  local m = index_meta(p)
  m.n = m.n + 1
  local i = (m.n - 1) % CHUNK
  local at = p .. 'index:b' .. floor((m.n - 1) / CHUNK)
  for _ = call('LLEN', at) + 1, i do call('RPUSH', at, '') end
  call('RPUSH', at, struct.pack('>I2', 1) .. blob)
  call('EXPIRE', at, retention)
  for _ = 1, 4 do
    local oldest = p .. 'index:b' .. floor((m.low - 1) / CHUNK)
    if m.low + CHUNK > m.n or call('EXISTS', oldest) == 1 then break end
    m.low = m.low + CHUNK
  end
  -- the slots' first three bytes: the number, and a bit that tells a key from a post
  local short = m.n % WINDOW
  local a, b, c = floor(short / 65536), floor(short / 256) % 256, short % 256
  m.post, m.name = char(a, b, c), char(a + 128, b, c)
  for k = 1, #posts, 4 do index_place(p, m, struct.unpack('>I4', posts, k), false) end
  for _, key in ipairs(keys) do index_place(p, m, tonumber(string.sub(key, -8), 16), true) end
  -- what is alive would fill so many slots if none were overwritten
  local load = m.placed / m.n * (m.n - m.low + 1)
  if load > FULL * BUCKETS * (m.half * SLOTS + GROW * (m.step * m.half + m.at)) and m.half < 2 ^ INDEX_MOST then
    if m.half < 2 ^ (m.first + 8) then index_grow(p, m) end
  end
  call('HSET', p .. 'index', 'n', m.n, 'placed', m.placed, 'low', m.low, 'first', m.first,
    'half', m.half, 'step', m.step, 'at', m.at)
  return m.n
end

local function index_update(p, number, blob)
  local revision, _, at, i = index_blob(p, number)
  if revision then call('LSET', at, i, struct.pack('>I2', revision % 65535 + 1) .. blob) end
end
