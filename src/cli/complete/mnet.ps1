# Completions of mnet for PowerShell. The program itself knows what a word may become.
Register-ArgumentCompleter -Native -CommandName mnet -ScriptBlock {
    param($word, $tree, $cursor)
    # The tree ends with the last word, the cursor may stand after it.
    $length = $cursor - $tree.Extent.StartOffset
    $typed = $tree.ToString().PadRight($length).Substring(0, $length)
    # Where nothing is offered, PowerShell offers files by itself.
    & mnet complete -- $typed 2>$null | ForEach-Object {
        $value, $about = $_ -split "`t", 2
        if ($value) {
            if (-not $about) { $about = $value }
            # Names of classes have spaces and apostrophes.
            $text = if ($value -match '[^\w/.,=:@-]') { "'" + $value.Replace("'", "''") + "'" } else { $value }
            [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $about)
        }
    }
}
