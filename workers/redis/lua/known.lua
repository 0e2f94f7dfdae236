-- ARGV: prefix, retention, then key, print ... -> the indices (from 0) of those that are new or changed.
local found = {}
for i = 3, #ARGV, 2 do
  local job = job_key(ARGV[i])
  local print = redis.call('HGET', job, 'print')
  if print ~= ARGV[i + 1] then
    found[#found + 1] = (i - 3) / 2
  elseif redis.call('HGET', job, 'stage') == 'done' then
    redis.call('EXPIRE', job, ARGV[2])  -- as long as the feed shows it, it stays known
  end
end
return found
